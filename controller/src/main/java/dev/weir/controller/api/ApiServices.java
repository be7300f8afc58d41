package dev.weir.controller.api;

/**
 * What the routes call. {@code apply.Desired}, the flow history, container statistics and the
 * explainer join as their packages publish them.
 */
public record ApiServices(CniService cni, StatusSource status, Readiness readiness) {}
