package dev.weir.controller.endpoint;

/**
 * One hook of an endpoint.
 *
 * @param hook {@code from-container}, {@code to-container} or {@code xdp}
 * @param mode how the program is attached: {@code tcx}, {@code clsact}, {@code native}, {@code
 *     generic}, or {@code none}
 * @param program kernel id of the program there, 0 = none
 * @param problem why it is not as it should be; empty when it is
 */
public record Hook(String hook, String mode, int program, String problem) {}
