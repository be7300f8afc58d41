package dev.weir.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathTest {
    private static final String ID =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "/docker/ID, docker",
        "/system.slice/docker-ID.scope, docker",
        "/system.slice/docker-ID.scope/init, docker",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podx_y.slice/"
                + "cri-containerd-ID.scope, containerd",
        "/system.slice/containerd.service/kubepods-besteffort-podx.slice:cri-containerd:ID,"
                + " containerd",
        "/system.slice/nerdctl-ID.scope, containerd",
        "/kubepods.slice/kubepods-podx.slice/crio-ID.scope/container, cri-o",
        "/kubepods/besteffort/podx/crio-ID, cri-o",
        "/machine.slice/libpod-ID.scope/container, podman",
        "/libpod_parent/libpod-ID, podman",
        "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope, podman",
        "/machine.slice/machine-libpod_pod_x.slice/libpod-ID.scope, podman",
        "/kubepods/besteffort/pod1-2-3/ID, ''"
    })
    void shouldTellRuntimeAndId(final String path, final String runtime) {
        assertThat(CgroupPath.container(path.replace("ID", ID)))
                .contains(new CgroupPath.Container(runtime, ID));
    }

    @ParameterizedTest
    @CsvSource({
        "/lxc.payload.web-1/system.slice/nginx.service, lxc, web-1",
        "/machine.slice/systemd-nspawn@deb.service/payload, nspawn, deb"
    })
    void shouldTellContainersThatAreCalledByName(
            final String path, final String runtime, final String id) {
        assertThat(CgroupPath.container(path))
                .isEqualTo(Optional.of(new CgroupPath.Container(runtime, id)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/default/web",
                "/user.slice/user-0.slice/session-3.scope",
                "/machine.slice/libpod-conmon-ID.scope",
                "/kubepods.slice/crio-conmon-ID.scope",
                "/system.slice/docker-IDf.scope",
                "/system.slice/unheard-of-ID.scope"
            })
    void shouldNotGuess(final String path) {
        assertThat(CgroupPath.container(path.replace("ID", ID))).isEmpty();
    }
}
