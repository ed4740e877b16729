import { storeConformance } from './conformance/index.js';
import { inTemporaryDirectory } from './support/places.js';

storeConformance('LevelDB', inTemporaryDirectory);
