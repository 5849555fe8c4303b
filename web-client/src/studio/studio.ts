import { byId } from '../page/dom.ts';
import { streamOfPath } from '../page/names.ts';
import { Studio } from './desk.ts';

new Studio(streamOfPath(location.pathname), new URLSearchParams(location.search), byId('settings')).open();
