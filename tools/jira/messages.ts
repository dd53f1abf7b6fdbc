import type { Language } from './model.ts';

const ENGLISH = {
  issueNotFound: 'Issue does not exist or you do not have permission to see it.',
  worklogNotFound: "Cannot find worklog with id: '{0}'.",
  propertyNotFound: "The property with key '{0}' does not exist.",
  noWorkPermission: 'You do not have the permission to associate a worklog to this issue.',
  noEditPermission: 'You do not have permission to edit this worklog.',
  noDeletePermission: 'You do not have permission to delete this worklog.',
  notEditable: 'You can not edit the issue as it is in a non-editable workflow state.',
  archived: 'You can not edit the issue as it is archived.',
  timeTrackingOff: 'Time Tracking is not enabled.',
  worklogNull: 'Worklog must not be null.',
  badDuration: 'Invalid time duration entered.',
  noDuration: 'You must indicate the time spent working.',
  badDate: 'Invalid date format. Please enter the date in the format "dd/MMM/yy h:mm a".',
  badComment: 'Comment body is not valid!',
  badEstimate: 'Invalid adjustEstimate option.',
  noNewEstimate: 'You must supply a valid new estimate.',
  noAmount: 'You must supply a valid amount of time to adjust the estimate by.',
  noGroup: 'Group: {0} does not exist.',
  noRole: 'Role: {0} does not exist.',
  limitReached: 'This issue has reached the limit of {0} worklogs.',
  unauthenticated: 'Client must be authenticated to access this resource.',
  badPayload: 'Invalid request payload. Refer to the REST API documentation and try again.',
  unbounded: 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
  tooMany: 'Rate limit exceeded.',
} as const;

export type MessageKey = keyof typeof ENGLISH;

const GERMAN: Readonly<Record<MessageKey, string>> = {
  issueNotFound: 'Der Vorgang existiert nicht oder Sie sind nicht berechtigt, ihn anzuzeigen.',
  worklogNotFound: "Das Arbeitsprotokoll mit der ID '{0}' wurde nicht gefunden.",
  propertyNotFound: "Die Eigenschaft mit dem Schlüssel '{0}' existiert nicht.",
  noWorkPermission: 'Sie sind nicht berechtigt, diesem Vorgang ein Arbeitsprotokoll zuzuordnen.',
  noEditPermission: 'Sie sind nicht berechtigt, dieses Arbeitsprotokoll zu bearbeiten.',
  noDeletePermission: 'Sie sind nicht berechtigt, dieses Arbeitsprotokoll zu löschen.',
  notEditable: 'Sie können den Vorgang nicht bearbeiten, da er sich in einem nicht bearbeitbaren Status befindet.',
  archived: 'Sie können den Vorgang nicht bearbeiten, da er archiviert ist.',
  timeTrackingOff: 'Die Zeiterfassung ist nicht aktiviert.',
  worklogNull: 'Das Arbeitsprotokoll darf nicht leer sein.',
  badDuration: 'Ungültige Zeitdauer eingegeben.',
  noDuration: 'Sie müssen die aufgewendete Zeit angeben.',
  badDate: 'Ungültiges Datumsformat. Bitte geben Sie das Datum im Format "dd/MMM/yy h:mm a" ein.',
  badComment: 'Der Kommentar ist ungültig!',
  badEstimate: 'Ungültige Option für adjustEstimate.',
  noNewEstimate: 'Sie müssen eine gültige neue Schätzung angeben.',
  noAmount: 'Sie müssen eine gültige Zeitdauer zum Anpassen der Schätzung angeben.',
  noGroup: 'Gruppe: {0} existiert nicht.',
  noRole: 'Rolle: {0} existiert nicht.',
  limitReached: 'Für diesen Vorgang ist die Grenze von {0} Arbeitsprotokollen erreicht.',
  unauthenticated: 'Der Client muss sich anmelden, um auf diese Ressource zuzugreifen.',
  badPayload: 'Ungültige Anfrage. Lesen Sie die REST-API-Dokumentation und versuchen Sie es erneut.',
  unbounded: 'Unbegrenzte JQL-Abfragen sind hier nicht erlaubt. Bitte schränken Sie die Suche ein.',
  tooMany: 'Anfragegrenze überschritten.',
};

/** Jira's sentence in the site's language. */
export function message(language: Language, key: MessageKey, ...values: readonly string[]): string {
  const text = (language === 'de' ? GERMAN : ENGLISH)[key];
  return text.replace(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? '');
}
