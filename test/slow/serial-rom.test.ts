import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBoard } from '../serial/board.ts';
import { PROMPT } from '../serial/client.ts';
import { ComPortClient } from '../serial/com-port-client.ts';

interface Chip {
  readonly board: string;
  readonly machine: string;
  readonly powerOn: string;
  readonly reset: string;
  readonly deepSleep: string;
  /** Where the port has `machine.bootloader()`. */
  readonly bootloader?: string;
  readonly download: string;
}

const S3 = 'ESP-ROM:esp32s3-20210327\r\nBuild:Mar 27 2021\r\n';
const C3 = 'ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n';
const C6 = 'ESP-ROM:esp32c6-20220919\r\nBuild:Sep 19 2022\r\n';
const S3_FLASH = ',boot:0x8 (SPI_FAST_FLASH_BOOT)\r\nSPIWP:0xee\r\nmode:DIO, clock div:1\r\n';
const C3_FLASH = ',boot:0xc (SPI_FAST_FLASH_BOOT)\r\nSPIWP:0xee\r\nmode:DIO, clock div:1\r\n';
const C6_FLASH = ',boot:0xc (SPI_FAST_FLASH_BOOT)\r\nSPIWP:0xee\r\nmode:DIO, clock div:2\r\n';
const WAITS = '\r\nwaiting for download\r\n';

// As logs of boards show them: the sources are those of emulator/device/boards/rom.ts.
const CHIPS: readonly Chip[] = [
  {
    board: 'esp32-s3',
    machine: 'Generic ESP32S3 module with ESP32S3',
    powerOn: `${S3}rst:0x1 (POWERON)${S3_FLASH}`,
    reset: `${S3}rst:0xc (RTC_SW_CPU_RST)${S3_FLASH}`,
    deepSleep: `${S3}rst:0x5 (DSLEEP)${S3_FLASH}`,
    bootloader: `${S3}rst:0xc (RTC_SW_CPU_RST),boot:0x0 (DOWNLOAD(USB/UART0))${WAITS}`,
    download: `${S3}rst:0x1 (POWERON),boot:0x0 (DOWNLOAD(USB/UART0))${WAITS}`,
  },
  {
    board: 'esp32-c3',
    machine: 'Generic ESP32C3 module with ESP32C3',
    powerOn: `${C3}rst:0x1 (POWERON)${C3_FLASH}`,
    reset: `${C3}rst:0xc (RTC_SW_CPU_RST)${C3_FLASH}`,
    deepSleep: `${C3}rst:0x5 (DSLEEP)${C3_FLASH}`,
    bootloader: `${C3}rst:0xc (RTC_SW_CPU_RST),boot:0x4 (DOWNLOAD(USB/UART0/1))${WAITS}`,
    download: `${C3}rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))${WAITS}`,
  },
  {
    board: 'esp32-c6',
    machine: 'Generic ESP32C6 module with ESP32C6',
    powerOn: `${C6}rst:0x1 (POWERON)${C6_FLASH}`,
    reset: `${C6}rst:0xc (SW_CPU)${C6_FLASH}`,
    deepSleep: `${C6}rst:0x5 (SLEEP_WAKEUP)${C6_FLASH}`,
    download: `${C6}rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/SDIO_FEI_FEO))${WAITS}`,
  },
];

const boards = await Promise.all(CHIPS.map(({ board }) => openBoard({ board })));

for (const [index, chip] of CHIPS.entries()) {
  describe(`the ROM of an ${chip.board}`, () => {
    const { rfc2217 } = boards[index]!;
    const banner = `MicroPython v1.29.0 on 2026-08-25; ${chip.machine}\r\nType "help()" for more information.\r\n${PROMPT}`;

    it('says why the chip starts, and how it reads its flash', async () => {
      const client = await ComPortClient.connect(rfc2217);
      await client.reset();
      const powerOn = (await client.until(banner)).toString();
      assert.equal(powerOn.slice(powerOn.indexOf('ESP-ROM')), chip.powerOn + banner);
      for (const [call, said] of [
        ['reset()', chip.reset],
        ['deepsleep(20)', chip.deepSleep],
      ] as const) {
        client.type(`import machine; machine.${call}\r`);
        assert.equal(
          (await client.until(banner)).toString(),
          `import machine; machine.${call}\r\n${said}${banner}`,
        );
      }
      await client.close();
    });

    it('waits for a download when its pin is low, until the next reset', async () => {
      const client = await ComPortClient.connect(rfc2217);
      client.set('rtsOn');
      await client.during(60);
      client.set('dtrOn');
      client.set('rtsOff');
      assert.equal((await client.until('download\r\n')).toString(), chip.download);
      client.set('dtrOff');
      assert.equal((await client.during(300)).length, 0);
      await client.reset();
      await client.until(banner);
      await client.close();
    });

    it(`is ${chip.bootloader ? '' : 'not '}asked for it by machine.bootloader()`, async () => {
      const client = await ComPortClient.connect(rfc2217);
      client.type('import machine; machine.bootloader()\r');
      if (chip.bootloader === undefined) {
        await client.until("AttributeError: 'module' object has no attribute 'bootloader'");
      } else {
        const said = (await client.until('download\r\n')).toString();
        assert.equal(said, `import machine; machine.bootloader()\r\n${chip.bootloader}`);
        assert.equal((await client.during(300)).length, 0);
        await client.reset();
        assert.ok((await client.until(banner)).toString().startsWith(chip.powerOn));
      }
      await client.close();
    });
  });
}
