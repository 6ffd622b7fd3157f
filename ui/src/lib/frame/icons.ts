import AppWindow from '@lucide/svelte/icons/app-window';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Globe from '@lucide/svelte/icons/globe';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Mail from '@lucide/svelte/icons/mail';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Tag from '@lucide/svelte/icons/tag';
import Webhook from '@lucide/svelte/icons/webhook';

export const VIEW_ICONS = { overview: LayoutDashboard, credentials: KeyRound, expiries: CalendarClock, events: ScrollText, settings: Settings };
export const TYPE_ICONS = { mail_server: Mail, outbound_server: Globe, app_registration: AppWindow, webhook: Webhook, secret: Tag };
