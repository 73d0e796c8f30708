import { describeFiles } from '../crypto/wycheproof.ts';
import { SLOW_FILES } from '../crypto/wycheproof-files.ts';

describeFiles(SLOW_FILES);
