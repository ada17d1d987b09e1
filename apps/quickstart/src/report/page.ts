import type { ReportData } from './write.js'
export const page = async (_data: ReportData): Promise<string> => '<!doctype html>'
