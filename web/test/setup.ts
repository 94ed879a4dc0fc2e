import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// A whole page loads its parts first; on a busy machine that takes longer than the default second.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
