/**
 * What a chip's ROM says on the serial line before any program: its date, why it starts and how, and how it reads the
 * flash. Two kinds of line are the image's and left out, for there is none: `load:` and `entry`, and the `Saved PC:` of the
 * chips after the ESP32. ESP-IDF's bootloader and log are silent in MicroPython's build (sdkconfig.base of the port).
 *
 * Every text is in a log of that chip; which reset ESP-IDF chooses for `machine.reset()` is the chip's, without the memory
 * protection that the port leaves out (CONFIG_ESP_SYSTEM_MEMPROT_FEATURE; with it the C3 says RTC_SW_SYS_RST):
 *
 *     ESP32      espressif/arduino-esp32 issue 577 (download), micropython/micropython-esp32 issue 32 (deep sleep),
 *                jonask1337/esp-idf-nat-example issue 19 (lines on the flash), ruuvi/ruuvi.gateway_esp.c issue 466 (reset)
 *     ESP32-S3   adafruit/circuitpython issue 7300 (deep sleep), wled/WLED pull request 4243 (power-on),
 *                Bodmer/TFT_eSPI issue 3284 (reset), espressif/arduino-esp32 issue 10204 (download)
 *     ESP32-C3   ivmarkov/rust-esp32-std-demo issue 42 (reset), espressif/arduino-esp32 issue 8578 (deep sleep),
 *                ludodefgh/esp32-blemesh2mqtt issue 31 (download)
 *     ESP32-C6   espressif/arduino-esp32 issue 9913 (power-on, deep sleep), esp-rs/espflash issue 556 (download);
 *                its reset was in no log that was found
 *
 * The number after `boot:` is that of the strapping pins, on a development board with nothing else on them; with the pin for
 * downloads low it is the same number less that pin's bit.
 */
import type { Board } from './board.ts';

/** Why the chip starts. */
export type RomStart = 'power-on' | 'reset' | 'deep sleep';

interface Rom {
  readonly date: string;
  readonly causes: Readonly<Record<RomStart, string>>;
  readonly boot: string;
  readonly flash: string;
  readonly download: string;
}

const ROMS: Readonly<Record<string, Rom>> = {
  ESP32: {
    date: 'ets Jul 29 2019 12:21:46\n',
    causes: {
      'power-on': '0x1 (POWERON_RESET)',
      reset: '0xc (SW_CPU_RESET)',
      'deep sleep': '0x5 (DEEPSLEEP_RESET)',
    },
    boot: '0x13 (SPI_FAST_FLASH_BOOT)',
    flash:
      'configsip: 0, SPIWP:0xee\nclk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\n' +
      'mode:DIO, clock div:2',
    download: '0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))',
  },
  ESP32S3: {
    date: 'ESP-ROM:esp32s3-20210327\nBuild:Mar 27 2021',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (RTC_SW_CPU_RST)', 'deep sleep': '0x5 (DSLEEP)' },
    boot: '0x8 (SPI_FAST_FLASH_BOOT)',
    flash: 'SPIWP:0xee\nmode:DIO, clock div:1',
    download: '0x0 (DOWNLOAD(USB/UART0))',
  },
  ESP32C3: {
    date: 'ESP-ROM:esp32c3-api1-20210207\nBuild:Feb  7 2021',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (RTC_SW_CPU_RST)', 'deep sleep': '0x5 (DSLEEP)' },
    boot: '0xc (SPI_FAST_FLASH_BOOT)',
    flash: 'SPIWP:0xee\nmode:DIO, clock div:1',
    download: '0x4 (DOWNLOAD(USB/UART0/1))',
  },
  ESP32C6: {
    date: 'ESP-ROM:esp32c6-20220919\nBuild:Sep 19 2022',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (SW_CPU)', 'deep sleep': '0x5 (SLEEP_WAKEUP)' },
    boot: '0xc (SPI_FAST_FLASH_BOOT)',
    flash: 'SPIWP:0xee\nmode:DIO, clock div:2',
    download: '0x4 (DOWNLOAD(USB/UART0/SDIO_FEI_FEO))',
  },
};

/** As `os.uname().machine` ends. */
const CHIP = /with (ESP32\w*)$/;

/** `to`: the program in flash, or the wait for one by the serial line, with nothing after it. */
export function romText({ machine }: Board, start: RomStart, to: 'flash' | 'download' = 'flash'): Uint8Array {
  const rom = ROMS[CHIP.exec(machine)?.[1] ?? ''] ?? ROMS.ESP32!;
  const rest = to === 'download' ? `${rom.download}\nwaiting for download` : `${rom.boot}\n${rom.flash}`;
  return new TextEncoder().encode(`${rom.date}\nrst:${rom.causes[start]},boot:${rest}\n`);
}
