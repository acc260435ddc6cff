import { gatewayPaths, gatewaysSchema, healingsSchema } from '@hemma/protocols/api/gateways.js';
import type { GatewaySummary, KeptHealing } from '@hemma/protocols/api/gateways.js';
import { ask } from './api.js';

export const fetchGateways = async (): Promise<GatewaySummary[]> =>
  (await ask(gatewayPaths.gateways, gatewaysSchema)).gateways;

export const fetchHealings = async (gateway: string): Promise<KeptHealing[]> =>
  (await ask(gatewayPaths.healings(gateway), healingsSchema)).healings;
