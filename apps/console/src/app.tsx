import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { api, whenSignedOut } from './api/client.ts';
import { codeOf } from './api/problem.ts';
import type { Me } from './api/types.ts';
import { ObjectsPage } from './objects/objects-page.tsx';
import { Frame } from './parts/frame.tsx';
import { later, whenPartIsMissing } from './parts/later.ts';
import { type Route, useRoute } from './parts/route.ts';
import { Failure, Loading } from './parts/states.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { useLanguage } from './texts/language.tsx';

const SharesPage = later(async () => (await import('./shares/shares-page.tsx')).SharesPage);
const PAGES = {
  access: later(async () => (await import('./access/access-page.tsx')).AccessPage),
  inspect: later(async () => (await import('./inspect/inspect-page.tsx')).InspectPage),
} as const;

/** Asks who the user is, and shows the way in or the place that the address names. */
export function App(): ReactNode {
  const queries = useQueryClient();
  const [wasSignedIn, setWasSignedIn] = useState(false);
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.me(signal),
    staleTime: Infinity,
    refetchInterval: (query) => (codeOf(query.state.error) === 'offline' ? 3000 : false),
  });
  const signedOut = me.error !== null && codeOf(me.error) === 'unauthenticated';
  useEffect(() => {
    const ask = (): void => void queries.invalidateQueries({ queryKey: ['me'] });
    whenSignedOut(ask);
    whenPartIsMissing(ask);
  }, [queries]);
  useEffect(() => {
    if (me.isSuccess) setWasSignedIn(true);
  }, [me.isSuccess]);
  // Another user may sign in next, and sees nothing of this one's.
  const startOver = async (): Promise<void> => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
    await queries.resetQueries({ queryKey: ['me'] });
  };
  if (signedOut) {
    return <SignIn hasEnded={wasSignedIn} onSignedIn={startOver} />;
  }
  if (me.data === undefined) {
    return (
      <Frame>{me.error === null ? <Loading /> : <Failure error={me.error} retry={() => void me.refetch()} />}</Frame>
    );
  }
  const leave = async (): Promise<void> => {
    await api.signOut();
    setWasSignedIn(false);
    await startOver();
  };
  return <Place me={me.data} onSignOut={() => void leave()} />;
}

function Place({ me, onSignOut }: { readonly me: Me; readonly onSignOut: () => void }): ReactNode {
  const { t } = useLanguage();
  const route = useRoute();
  const loading = (
    <>
      <h1>{t(`nav.${route.page}`)}</h1>
      <Loading />
    </>
  );
  return (
    <Shell me={me} page={route.page} onSignOut={onSignOut}>
      <Suspense fallback={loading}>
        <Page key={route.page === 'objects' ? route.bucket : route.page} me={me} route={route} />
      </Suspense>
    </Shell>
  );
}

function Page({ me, route }: { readonly me: Me; readonly route: Route }): ReactNode {
  if (route.page === 'objects') return <ObjectsPage me={me} bucket={route.bucket} prefix={route.prefix} />;
  if (route.page === 'shares') return <SharesPage me={me} openId={route.id} />;
  const Chosen = PAGES[route.page];
  return <Chosen me={me} />;
}
