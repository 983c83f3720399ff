/** What the tests print: a line for each, what is wrong with those that failed, and the count. */

import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

export default class Plain implements Reporter {
  private passed = 0;
  private failed = 0;

  onTestEnd(test: TestCase, result: TestResult): void {
    const name = test.titlePath().filter(Boolean).join(" › ");
    if (result.status === "skipped") return;
    const ok = test.ok();
    if (ok) this.passed++;
    else this.failed++;
    console.log(`${ok ? "✓" : "✗"} ${name} (${result.duration} ms)`);
    for (const error of result.errors) console.log(error.message ?? error.value, error.location ?? "");
    for (const { name, path } of result.attachments) if (path && !ok) console.log(`  ${name}: ${path}`);
  }

  onError(error: { message?: string }): void {
    this.failed++;
    console.log(error.message);
  }

  onEnd(_: FullResult): void {
    console.log(`${this.passed} passed, ${this.failed} failed`);
  }
}
