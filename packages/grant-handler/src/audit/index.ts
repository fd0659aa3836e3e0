export { AnchorError, createAnchorSigner, readAnchors } from './anchors.ts';
export type { Anchor, AnchorFile, AnchorSigner } from './anchors.ts';
export { exportLines, readCursor } from './export-events.ts';
export type { Positions } from './export-events.ts';
export { pruneAudit } from './prune.ts';
export type { PruneOptions, PruneResult } from './prune.ts';
export type { AuditFault, AuditReport } from './verify-audit.ts';
export { ExportError, verifyExport, verifyStore } from './verify-store.ts';
export type { ExportReport } from './verify-store.ts';
