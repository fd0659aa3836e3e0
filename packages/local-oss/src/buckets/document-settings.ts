import { Failure } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { writeDocument } from '../http/write-element.ts';
import type { BucketInput } from '../operations/operation.ts';
import type { DocumentName } from '../store/object-store.ts';
import { xmlReply } from './bucket-facts.ts';
import { readSettingsXml } from './read-settings.ts';
import { STORED_DOCUMENTS } from './stored-documents.ts';

type Run = (input: BucketInput) => Promise<Reply>;

/** The three operations on a setting that is only kept. */
export function documentOperations(name: DocumentName): { readonly put: Run; readonly get: Run; readonly remove: Run } {
  const { root, missing, check } = STORED_DOCUMENTS[name];
  return {
    async put(input) {
      const document = check(await readSettingsXml(input, root), input);
      const { documents } = input.bucket.settings;
      input.bucket.configure({ documents: { ...documents, [name]: writeDocument(document) } });
      return { status: 200 };
    },
    async get({ bucket }) {
      const stored = bucket.settings.documents[name];
      if (stored !== undefined) return xmlReply(stored);
      if ('xml' in missing) return xmlReply(`<?xml version="1.0" encoding="UTF-8"?>\n${missing.xml}\n`);
      throw new Failure({ ...missing, status: 404, details: { BucketName: bucket.name } });
    },
    async remove({ bucket }) {
      const { [name]: _, ...documents } = bucket.settings.documents;
      bucket.configure({ documents });
      return { status: 204 };
    },
  };
}
