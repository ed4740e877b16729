import { storeConformance } from './conformance/index.js';
import { inMemory } from './support/places.js';

storeConformance('memory-level', inMemory);
