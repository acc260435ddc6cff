import { nobleOverVirtualRadio } from './noble.contract.js';

nobleOverVirtualRadio('@abandonware/noble');
