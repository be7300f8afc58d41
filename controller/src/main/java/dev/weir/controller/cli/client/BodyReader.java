package dev.weir.controller.cli.client;

import java.io.IOException;
import java.io.InputStream;

/** Takes the body of an answer while it comes. */
@FunctionalInterface
public interface BodyReader {
    void read(InputStream body) throws IOException;
}
