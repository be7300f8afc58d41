package dev.weir.controller.flow;

/** What a subscriber gets: a flow, or the news that it missed some. Jackson writes both. */
public sealed interface FlowStreamItem permits FlowRecord, FlowLoss {}
