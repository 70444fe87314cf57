// What every page gains with JavaScript; each page works without it.

import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink, Tabs, createAll
} from 'govuk-frontend';

import { enableAutosave } from './autosave.js';
import { guardAgainstDoubleSubmit } from './double-submit.js';

// GOV.UK Frontend asks for these classes; its usual inline script is not allowed by our content security policy.
document.body.classList.add('js-enabled', 'govuk-frontend-supported');

const COMPONENTS = [
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink, Tabs
];

COMPONENTS.forEach(component => createAll(component));
guardAgainstDoubleSubmit(document);
enableAutosave(document);
