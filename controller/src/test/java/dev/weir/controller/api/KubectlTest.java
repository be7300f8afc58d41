package dev.weir.controller.api;

import org.junit.jupiter.api.Nested;

/** Debian's, old and new. */
class KubectlTest {
    @Nested
    class Kubectl120 extends KubectlContract {
        Kubectl120() {
            super("1.20");
        }
    }

    /** Sends namespaces as protobuf. */
    @Nested
    class Kubectl132 extends KubectlContract {
        Kubectl132() {
            super("1.32");
        }
    }
}
