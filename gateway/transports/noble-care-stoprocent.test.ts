import { nobleCareContract } from './noble-care.contract.js';

nobleCareContract('stoprocent');
