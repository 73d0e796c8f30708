/**
 * What a chip's ROM says on the serial line before any program: its date, why it starts and how. The lines that follow
 * on a board tell where the image's segments go; they are the image's, so they are left out here. ESP-IDF's
 * bootloader and log are silent in MicroPython's build (sdkconfig.base of the port).
 *
 * Texts as they stand in boot logs of these chips; which reset ESP-IDF chooses for `machine.reset()` is the chip's.
 */
import type { Board } from './board.ts';

/** Why the chip starts; `download` is a power-on with IO0 (C3, C6: GPIO9) low. */
export type RomStart = 'power-on' | 'reset' | 'deep sleep' | 'download';

interface Rom {
  readonly date: string;
  readonly causes: Readonly<Record<Exclude<RomStart, 'download'>, string>>;
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
    flash: '0x13 (SPI_FAST_FLASH_BOOT)',
    download: '0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))',
  },
  ESP32S3: {
    date: 'ESP-ROM:esp32s3-20210327\nBuild:Mar 27 2021',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (RTC_SW_CPU_RST)', 'deep sleep': '0x5 (DSLEEP)' },
    flash: '0x8 (SPI_FAST_FLASH_BOOT)',
    download: '0x0 (DOWNLOAD(USB/UART0))',
  },
  ESP32C3: {
    date: 'ESP-ROM:esp32c3-api1-20210207\nBuild:Feb  7 2021',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (RTC_SW_CPU_RST)', 'deep sleep': '0x5 (DSLEEP)' },
    flash: '0xc (SPI_FAST_FLASH_BOOT)',
    download: '0x4 (DOWNLOAD(USB/UART0/1))',
  },
  ESP32C6: {
    date: 'ESP-ROM:esp32c6-20220919\nBuild:Sep 19 2022',
    causes: { 'power-on': '0x1 (POWERON)', reset: '0xc (SW_CPU)', 'deep sleep': '0x5 (SLEEP_WAKEUP)' },
    flash: '0xc (SPI_FAST_FLASH_BOOT)',
    download: '0x4 (DOWNLOAD(USB/UART0/SDIO_REI_FEO))',
  },
};

/** As `os.uname().machine` ends. */
const CHIP = /with (ESP32\w*)$/;

export function romText({ machine }: Board, start: RomStart): Uint8Array {
  const rom = ROMS[CHIP.exec(machine)?.[1] ?? ''] ?? ROMS.ESP32!;
  const isDownload = start === 'download';
  const cause = rom.causes[isDownload ? 'power-on' : start];
  const mode = isDownload ? `${rom.download}\nwaiting for download` : rom.flash;
  return new TextEncoder().encode(`${rom.date}\nrst:${cause},boot:${mode}\n`);
}
