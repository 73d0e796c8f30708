// For the build: writes an image of the interpreter (see image.ts). Its kind and the file are the arguments.
import { writeFileSync } from 'node:fs';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';
import { encodeImage, type ImageKind } from './image.ts';
import { Interpreter } from './interpreter.ts';

const [kind, file] = process.argv.slice(2) as [ImageKind, string];
writeFileSync(file, encodeImage(await Interpreter.makeImage(loadMicroPython, kind)));
