package dev.weir.dataplane.judge;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;

/**
 * What the kernel's rows say of one direction.
 *
 * @param verdict of it alone
 * @param reason why
 * @param rule number of the one that decided; 0: none
 * @param remoteIdentity that the peer's address has
 * @param revision that it was judged under
 */
public record Judgement(
        Verdict verdict, Reason reason, int rule, int remoteIdentity, int revision) {}
