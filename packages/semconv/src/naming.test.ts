/** The naming rules, name by name. */
import { expect, test } from 'vitest';
import { checkComponentName, checkEventName, checkEventState } from './naming.ts';

test.each([
  ['parser_core_lexer', []],
  ['checkout', []],
  ['billing.invoice_pdf', []],
  ['', ['empty']],
  ['  ', ['empty']],
  ['Parser-Core', ['characters']],
  ['parser core', ['characters']],
  ['parser__core', ['characters']],
  ['_parser', ['characters']],
  ['x'.repeat(201), ['length']],
] as const)('S0-50: the component name %j has the problems %j', (name, rules) => {
  expect(checkComponentName(name).map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  ['file_upload_started', []],
  ['shop.cart_item_added', []],
  ['metadata_extraction_completed', []],
  ['upload', ['words']],
  ['shop_app.upload', ['words']],
  ['FileUploadStarted', ['characters']],
  ['file-upload-started', ['characters']],
  ['', ['empty']],
] as const)('S4-42: the event name %j has the problems %j', (name, rules) => {
  expect(checkEventName(name).map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  ['file_upload_started', []],
  ['file_validation_completed', []],
  ['metadata_extraction_running', []],
  ['upload_in_progress', []],
  ['shop.order_sent', []],
  ['order_paid', []],
  ['settings_reset', []],
  ['password_overwritten', []],
  ['plan_agreed', []],
  ['file_upload_start', ['state']],
  ['page_view', ['state']],
  ['news_feed', ['state']],
  ['text_string', ['state']],
  ['upload', ['words']],
  ['FileUploadStarted', ['characters']],
] as const)('S4-42: the tense of the event name %j has the problems %j', (name, rules) => {
  expect(checkEventState(name).map(({ rule }) => rule)).toEqual(rules);
});

test('a problem says the name and an example, but never a name of any length', () => {
  expect(checkEventName('Upload!')[0]?.message).toMatch(/"Upload!".*file_upload_completed/);
  expect(checkEventName('x'.repeat(1e6))[0]?.message.length).toBeLessThan(200);
});

test('a hostile name is checked in linear time', () => {
  expect(checkEventName(`${'a_'.repeat(99)}!`).map(({ rule }) => rule)).toEqual(['characters']);
});
