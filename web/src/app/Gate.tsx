import { lazy, Suspense, useEffect, useState } from "react";
import { Failed, Loading } from "../ui/States";
import { languageOfBrowser, usePreferences } from "./preferences";
import { Shell } from "./Shell";
import { useSession } from "./useSession";

const SetUp = lazy(() => import("../features/session/SetUp"));
const SignIn = lazy(() => import("../features/session/SignIn"));

/** First the owner is set up, then people sign in, then they see the pages. */
export function Gate() {
  const session = useSession();
  const { read } = usePreferences();
  const [entered, setEntered] = useState(false);
  const user = session.data?.user;
  const spoken = user?.language;

  // A language chosen once belongs to the account, in whatever browser; until then the page speaks
  // that of the browser.
  useEffect(() => {
    if (spoken) read(languageOfBrowser([spoken])).then(() => setEntered(true));
  }, [spoken, read]);

  if (session.isError && !session.data) {
    return <Failed error={session.error} retry={() => session.refetch()} />;
  }
  if (!session.data) return <Loading height={400} />;
  if (user) return entered || !spoken ? <Shell /> : <Loading height={400} />;
  return (
    <Suspense fallback={<Loading height={400} />}>
      {session.data.setup_required ? <SetUp /> : <SignIn demo={session.data.demo} />}
    </Suspense>
  );
}
