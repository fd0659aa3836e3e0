/** What the inspector says in one language. Codes, and the library's messages, stay English. */
export interface InspectorTexts {
  readonly prompt: string;
  readonly privacy: string;
  readonly method: string;
  readonly methodAsPasted: string;
  readonly nothingFound: string;
  readonly grants: string;
  readonly warnings: string;
  readonly noWarnings: string;
  readonly causes: string;
  readonly noCauses: string;
  readonly causesNeedError: string;
  readonly fix: string;
  readonly certainty: Readonly<Record<string, string>>;
  readonly facts: {
    readonly scheme: string;
    readonly host: string;
    readonly bucket: string;
    readonly key: string;
    readonly signer: string;
    readonly region: string;
    readonly starts: string;
    readonly ends: string;
    readonly left: string;
    readonly ended: string;
    readonly token: string;
    readonly yes: string;
    readonly no: string;
    readonly none: string;
    readonly parameters: string;
    readonly signedHeaders: string;
    readonly error: string;
  };
}

export const ENGLISH: InspectorTexts = {
  prompt: 'Paste a link, a curl command, a request, or an error from OSS',
  privacy: 'Everything is read in this page. Nothing is sent, and nothing is stored.',
  method: 'Method of the request',
  methodAsPasted: 'as pasted (GET if none)',
  nothingFound: 'There is no link and no error from OSS in this text.',
  grants: 'What the link grants',
  warnings: 'Warnings',
  noWarnings: 'No warnings.',
  causes: 'Why it may be refused',
  noCauses: 'Nothing in the link explains a refusal.',
  causesNeedError: 'Paste the error from OSS as well for a surer answer.',
  fix: 'What to do',
  certainty: {
    proved: 'proved',
    named: 'named by the server',
    likely: 'likely',
    possible: 'possible',
  },
  facts: {
    scheme: 'Signature',
    host: 'Host',
    bucket: 'Bucket',
    key: 'Object',
    signer: 'AccessKey ID',
    region: 'Region',
    starts: 'Valid from',
    ends: 'Valid until',
    left: 'left',
    ended: 'ended',
    token: 'Temporary credentials',
    yes: 'yes',
    no: 'no',
    none: 'none',
    parameters: 'Parameters',
    signedHeaders: 'Headers that must be sent as signed',
    error: 'Error code',
  },
};

export const SIMPLIFIED_CHINESE: InspectorTexts = {
  prompt: '粘贴链接、curl 命令、请求或 OSS 返回的错误',
  privacy: '所有内容只在本页面内解析，不会发送，也不会保存。',
  method: '请求方法',
  methodAsPasted: '以粘贴内容为准（没有则为 GET）',
  nothingFound: '文本中没有链接，也没有 OSS 返回的错误。',
  grants: '链接授予的权限',
  warnings: '警告',
  noWarnings: '没有警告。',
  causes: '可能被拒绝的原因',
  noCauses: '从链接本身看不出被拒绝的原因。',
  causesNeedError: '同时粘贴 OSS 返回的错误，判断会更准确。',
  fix: '解决办法',
  certainty: { proved: '已证实', named: '服务器指明', likely: '很可能', possible: '可能' },
  facts: {
    scheme: '签名版本',
    host: '域名',
    bucket: '存储空间（Bucket）',
    key: '对象（Object）',
    signer: 'AccessKey ID',
    region: '地域',
    starts: '生效时间',
    ends: '失效时间',
    left: '后失效',
    ended: '前已失效',
    token: '临时凭证',
    yes: '是',
    no: '否',
    none: '无',
    parameters: '参数',
    signedHeaders: '必须按签名发送的请求头',
    error: '错误码',
  },
};
