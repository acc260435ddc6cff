/** Status fields of the pulse oximeter characteristics: Pulse Oximeter Service 1.0.1. */

/** Measurement Status, 16 bits; bits 0 to 4 are reserved. */
export const plxMeasurementStatusNames = [
  null,
  null,
  null,
  null,
  null,
  'measurementOngoing',
  'earlyEstimatedData',
  'validatedData',
  'fullyQualifiedData',
  'dataFromMeasurementStorage',
  'dataForDemonstration',
  'dataForTesting',
  'calibrationOngoing',
  'measurementUnavailable',
  'questionableMeasurementDetected',
  'invalidMeasurementDetected',
] as const;
export type PlxMeasurementStatusFlag = NonNullable<(typeof plxMeasurementStatusNames)[number]>;

/** Device and Sensor Status, 24 bits; bits 16 to 23 are reserved. */
export const plxSensorStatusNames = [
  'extendedDisplayUpdateOngoing',
  'equipmentMalfunctionDetected',
  'signalProcessingIrregularityDetected',
  'inadequateSignalDetected',
  'poorSignalDetected',
  'lowPerfusionDetected',
  'erraticSignalDetected',
  'nonpulsatileSignalDetected',
  'questionablePulseDetected',
  'signalAnalysisOngoing',
  'sensorInterferenceDetected',
  'sensorUnconnectedToUser',
  'unknownSensorConnected',
  'sensorDisplaced',
  'sensorMalfunctioning',
  'sensorDisconnected',
] as const;
export type PlxSensorStatusFlag = (typeof plxSensorStatusNames)[number];
