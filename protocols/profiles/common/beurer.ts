/** The blood pressure layout of some Beurer monitors behind the codec of the standard one. */
import type { Codec } from '../../codec.js';
import { bloodPressureBeurerQuirk } from '../../gatt/blood-pressure-beurer-quirk.js';
import type { BloodPressureMeasurement } from '../../gatt/blood-pressure-measurement.js';

const unknownUser = 255;

/** A mean pressure of 0 is one that the monitor does not provide; there always is a user. */
export const beurerLayout: Codec<BloodPressureMeasurement> = {
  decode(octets) {
    const { meanArterialPressureRaw, ...measured } = bloodPressureBeurerQuirk.decode(octets);
    const mean = meanArterialPressureRaw === 0 ? 'NaN' : meanArterialPressureRaw;
    return { ...measured, meanArterialPressure: mean };
  },
  encode({ meanArterialPressure, ...measured }) {
    return bloodPressureBeurerQuirk.encode({
      ...measured,
      meanArterialPressureRaw: meanArterialPressure === 'NaN' ? 0 : meanArterialPressure,
      userId: measured.userId ?? unknownUser,
    });
  },
};
