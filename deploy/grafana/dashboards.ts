import { collector } from './collector/dashboard.ts';
import { fleet } from './fleet/dashboard.ts';
import type { DashboardJson } from './model/json.ts';
import { volume } from './volume/dashboard.ts';

/** The dashboards, and the files beside this one that are made of them. */
export const dashboards: readonly DashboardJson[] = [fleet, volume, collector];

export const fileOf = ({ uid }: DashboardJson): string => `${uid}.json`;

export const textOf = (dashboard: DashboardJson): string => `${JSON.stringify(dashboard, undefined, 2)}\n`;
