import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { api, whenSignedOut } from './api/client.ts';
import { codeOf } from './api/problem.ts';
import type { Me } from './api/types.ts';
import { ObjectsPage } from './objects/objects-page.tsx';
import { hrefOf, type Route, useRoute } from './parts/route.ts';
import { Failure, Loading } from './parts/states.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

const PAGES = {
  shares: lazy(async () => ({ default: (await import('./shares/shares-page.tsx')).SharesPage })),
  access: lazy(async () => ({ default: (await import('./access/access-page.tsx')).AccessPage })),
  inspect: lazy(async () => ({ default: (await import('./inspect/inspect-page.tsx')).InspectPage })),
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
    whenSignedOut(() => void queries.invalidateQueries({ queryKey: ['me'] }));
  }, [queries]);
  useEffect(() => {
    if (me.isSuccess) setWasSignedIn(true);
  }, [me.isSuccess]);
  if (signedOut) {
    const signedIn = async (): Promise<void> => {
      queries.clear();
      await queries.invalidateQueries();
      await me.refetch();
    };
    return <SignIn hasEnded={wasSignedIn} onSignedIn={signedIn} />;
  }
  if (me.data === undefined) {
    return me.error === null ? <Loading /> : <Failure error={me.error} retry={() => void me.refetch()} />;
  }
  const leave = async (): Promise<void> => {
    await api.signOut();
    setWasSignedIn(false);
    queries.clear();
    await me.refetch();
  };
  return <Place me={me.data} onSignOut={() => void leave()} />;
}

function Place({ me, onSignOut }: { readonly me: Me; readonly onSignOut: () => void }): ReactNode {
  const route = useRoute();
  return (
    <Shell me={me} page={route.page} onSignOut={onSignOut}>
      <Suspense fallback={<Loading />}>
        <Page key={hrefOf({ ...route, prefix: '' } as Route)} me={me} route={route} />
      </Suspense>
    </Shell>
  );
}

function Page({ me, route }: { readonly me: Me; readonly route: Route }): ReactNode {
  if (route.page === 'objects') return <ObjectsPage me={me} bucket={route.bucket} prefix={route.prefix} />;
  const Chosen = PAGES[route.page];
  return <Chosen me={me} />;
}
