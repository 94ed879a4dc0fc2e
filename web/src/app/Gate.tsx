import { lazy, Suspense, useEffect } from "react";
import { Failed, Loading } from "../ui/States";
import { languageOfBrowser, usePreferences } from "./preferences";
import { Shell } from "./Shell";
import { useSession } from "./useSession";

const SetUp = lazy(() => import("../features/session/SetUp"));
const SignIn = lazy(() => import("../features/session/SignIn"));

/** First the owner is set up, then people sign in, then they see the pages. */
export function Gate() {
  const session = useSession();
  const { change } = usePreferences();
  const spoken = session.data?.user?.language;

  // A person who never chose a language here reads the one of their account.
  useEffect(() => {
    if (!spoken || localStorage.getItem("argosy.preferences")) return;
    change({ language: languageOfBrowser([spoken]) });
  }, [spoken, change]);

  if (session.isError && !session.data) {
    return <Failed error={session.error} retry={() => session.refetch()} />;
  }
  if (!session.data) return <Loading height={400} />;
  if (session.data.user) return <Shell />;
  return (
    <Suspense fallback={<Loading height={400} />}>
      {session.data.setup_required ? <SetUp /> : <SignIn demo={session.data.demo} />}
    </Suspense>
  );
}
