package dev.weir.controller.export;

import java.time.Duration;

/**
 * What all exports share.
 *
 * @param interval an open flow that goes on is reported again after so long
 * @param forgotten longer than any timeout of the datapath
 * @param flows open flows whose reports are told apart
 * @param queue reports that may wait for one sink
 */
public record ExportSettings(Duration interval, Duration forgotten, int flows, int queue) {}
