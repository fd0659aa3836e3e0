import type { StorageFile, StorageFolder, StorageWriter } from '../../src/web-file/index.ts';

/** A browser's storage in memory: a file has its new bytes when its stream is closed, as in OPFS. */
export interface MemoryFolder extends StorageFolder {
  readonly files: Map<string, Blob>;
  readonly folders: Map<string, MemoryFolder>;
  /** Called before a file is closed; its error is the storage's error. */
  onClose: (name: string, bytes: Blob) => void;
}

/** Makes an empty folder. */
export function memoryFolder(onClose: MemoryFolder['onClose'] = () => {}): MemoryFolder {
  const files = new Map<string, Blob>();
  const folders = new Map<string, MemoryFolder>();
  const folder: MemoryFolder = {
    files,
    folders,
    onClose,
    async getFileHandle(name, options): Promise<StorageFile> {
      if (options?.create === true && !files.has(name)) files.set(name, new Blob([]));
      if (!files.has(name)) throw new DOMException('there is no such file', 'NotFoundError');
      return {
        getFile: async () => files.get(name) ?? new Blob([]),
        createWritable: async () =>
          writer((bytes) => {
            folder.onClose(name, bytes);
            files.set(name, bytes);
          }),
      };
    },
    async getDirectoryHandle(name, options): Promise<StorageFolder> {
      if (options?.create === true && !folders.has(name)) {
        folders.set(
          name,
          memoryFolder((file, bytes) => folder.onClose(file, bytes)),
        );
      }
      const found = folders.get(name);
      if (found === undefined) throw new DOMException('there is no such folder', 'NotFoundError');
      return found;
    },
    async removeEntry(name): Promise<void> {
      if (!files.delete(name) && !folders.delete(name)) throw new DOMException('there is nothing', 'NotFoundError');
    },
    async *keys(): AsyncIterable<string> {
      yield* [...files.keys(), ...folders.keys()];
    },
  };
  return folder;
}

function writer(close: (bytes: Blob) => void): StorageWriter {
  const written: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (data) => void written.push(data),
    close: async () => close(new Blob(written)),
    abort: async () => {},
  };
}
