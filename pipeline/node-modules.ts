/**
 * Modules of Node that most configurations do without and that take megabytes of memory: node:crypto 3, with node:tls and
 * node:https 4. They are loaded when they are asked for, where an import loads them with the file it stands in.
 */

export const crypto = () => process.getBuiltinModule('node:crypto');
export const tls = () => process.getBuiltinModule('node:tls');
export const https = () => process.getBuiltinModule('node:https');
