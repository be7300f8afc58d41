package dev.weir.controller.capture;

import java.util.Locale;

/** Why a capture ended. */
enum CaptureEnd {
    PACKETS,
    SIZE,
    DURATION,
    STOPPED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
