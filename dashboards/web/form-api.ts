import {
  answeredSchema,
  formPaths,
  formsSchema,
  questionnaireSchema,
  responsesSchema,
} from '@hemma/protocols/api/forms.js';
import type {
  Answered,
  Forms,
  KeptResponse,
  NewResponse,
  Questionnaire,
} from '@hemma/protocols/api/forms.js';
import { ask, askAs, send } from './api.js';

export const fetchQuestionnaire = (id: string): Promise<Questionnaire> =>
  ask(formPaths.questionnaire(id), questionnaireSchema);

export const fetchForms = (episode: string): Promise<Forms> =>
  ask(formPaths.forms(episode), formsSchema);

/** What was answered for a patient, newest first. */
export const fetchAnswered = async (patient: string): Promise<KeptResponse[]> =>
  (await askAs(formPaths.answered(patient), responsesSchema)).responses;

export const sendAnswers = (episode: string, response: NewResponse): Promise<Answered> =>
  send(formPaths.responses(episode), response, answeredSchema);
