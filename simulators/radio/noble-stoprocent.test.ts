import { nobleOverVirtualRadio } from './noble.contract.js';

nobleOverVirtualRadio('@stoprocent/noble');
