from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from inquit.config import ServerSettings

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = _ROOT / "deploy" / "k8s"
_KINDS = "base tls gpu".split()
_KUBERNETES = "1.31"
_NAME = {"app.kubernetes.io/name": "inquit"}


def rendered(name: str) -> str:
    """Return what `kubectl apply -k` would send."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(_FOLDER / name)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": str(Path(sys.executable).parent)},
    )
    return done.stdout


class Resources:
    """The resources of a kustomization, by kind; there is one of each."""

    def __init__(self, name: str) -> None:
        self.text = rendered(name)
        self.all: list[dict[str, Any]] = list(yaml.safe_load_all(self.text))

    def __getitem__(self, kind: str) -> dict[str, Any]:
        (found,) = [resource for resource in self.all if resource["kind"] == kind]
        return found

    @property
    def pod(self) -> dict[str, Any]:
        """What each pod is made of."""
        spec: dict[str, Any] = self["Deployment"]["spec"]["template"]["spec"]
        return spec

    @property
    def container(self) -> dict[str, Any]:
        """The only container."""
        (found,) = self.pod["containers"]
        container: dict[str, Any] = found
        return container

    def settings(self) -> ServerSettings:
        """Return the settings of a pod: those of the image, changed by the ConfigMap."""
        image = re.findall(
            r"^\s*(?:ENV )?(INQUIT_[A-Z_]+)=(\S+)", (_ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE
        )
        found = {**dict(image), **self["ConfigMap"]["data"]}
        named = {name.removeprefix("INQUIT_").lower(): value for name, value in found.items()}
        assert named.keys() <= ServerSettings.model_fields.keys()
        return ServerSettings.model_validate(named)

    def port(self, name: str) -> int:
        """Return the number of a port of the container."""
        (found,) = [port["containerPort"] for port in self.container["ports"] if port["name"] == name]
        number: int = found
        return number


@pytest.fixture(params=_KINDS)
def resources(request: pytest.FixtureRequest) -> Resources:
    """Render each kustomization."""
    return Resources(request.param)


@pytest.mark.parametrize("name", [*_KINDS, "monitoring"])
def test_kubernetes_knows_every_field(name: str, tmp_path: Path) -> None:
    """The resources are valid against Kubernetes' own schemas, without a field that it does not know."""
    path = tmp_path / "resources.yaml"
    path.write_text(rendered(name), encoding="utf-8")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("kubernetes-validate")),
            "-k",
            _KUBERNETES,
            "--strict",
            str(path),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    # Kinds of the Prometheus operator have no schema there.
    assert said.count("WARN") == said.count("kind PodMonitor")
    assert "passed" in said or name == "monitoring"


def test_selectors_mean_the_pods_of_this_deployment_alone(resources: Resources) -> None:
    """Nothing selects other pods of the namespace, and no label of ours is asked of callers."""
    template = resources["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert template.items() >= _NAME.items()
    policy = resources["NetworkPolicy"]["spec"]
    selectors = [
        resources["Deployment"]["spec"]["selector"]["matchLabels"],
        resources["Service"]["spec"]["selector"],
        resources["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        policy["podSelector"]["matchLabels"],
        *(spread["labelSelector"]["matchLabels"] for spread in resources.pod["topologySpreadConstraints"]),
    ]
    assert all(selector == _NAME for selector in selectors)
    callers = policy["ingress"][0]["from"]
    assert [caller["podSelector"]["matchLabels"] for caller in callers] == [{"inquit.client": "true"}]
    target = resources["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", resources["Deployment"]["metadata"]["name"])


def test_ports_are_those_that_the_service_opens(resources: Resources) -> None:
    """Container, probes, Service, policy and scraping agree with the settings."""
    settings = resources.settings()
    ports = {name: resources.port(name) for name in ("grpc", "health", "metrics")}
    assert ports == {
        "grpc": settings.port,
        "health": settings.health_port,
        "metrics": settings.metrics_port,
    }
    probes = [resources.container[f"{kind}Probe"]["grpc"] for kind in ("startup", "readiness", "liveness")]
    assert probes == [{"port": settings.health_port}] * 3
    # The kubelet comes from outside of the pod.
    assert settings.health_host == settings.metrics_host == settings.host == "0.0.0.0"  # noqa: S104
    (service,) = resources["Service"]["spec"]["ports"]
    assert (service["port"], service["targetPort"]) == (settings.port, "grpc")
    allowed = [
        port["port"] for rule in resources["NetworkPolicy"]["spec"]["ingress"] for port in rule["ports"]
    ]
    assert allowed == ["grpc", "metrics"]
    annotations = resources["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(settings.metrics_port)


def test_a_pod_is_given_time_to_end(resources: Resources) -> None:
    """The kubelet kills later than the service needs to be noticed and to answer what runs."""
    settings = resources.settings()
    needed = settings.lead_seconds + settings.grace_seconds + 10
    assert resources.pod["terminationGracePeriodSeconds"] >= needed
    readiness = resources.container["readinessProbe"]
    assert readiness["periodSeconds"] * readiness["failureThreshold"] <= settings.lead_seconds


def test_nobody_is_called_inquit_port(resources: Resources) -> None:
    """Variables that Kubernetes makes of Services do not pass for settings."""
    assert resources.pod["enableServiceLinks"] is False


def test_the_container_may_do_nothing_else(resources: Resources) -> None:
    """User of the image, read-only root, no capabilities, no token of the API, no way out."""
    user = re.search(r"^USER (\d+):(\d+)$", (_ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert user is not None
    context = resources.pod["securityContext"]
    assert [context["runAsUser"], context["runAsGroup"]] == [int(part) for part in user.groups()]
    assert context["runAsNonRoot"]
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    own = resources.container["securityContext"]
    assert own["readOnlyRootFilesystem"]
    assert own["allowPrivilegeEscalation"] is False
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert resources.pod["automountServiceAccountToken"] is False
    assert resources["NetworkPolicy"]["spec"]["egress"] == []


def test_cores_are_not_shared_out_twice(resources: Resources) -> None:
    """The service counts its cores by the limit: it is a whole number, and promised."""
    given = resources.container["resources"]
    assert given["limits"]["cpu"] == given["requests"]["cpu"]
    assert int(given["limits"]["cpu"]) >= 1
    assert "replicas" not in resources["Deployment"]["spec"]


def test_other_settings_make_new_pods() -> None:
    """The ConfigMap's name comes from what it holds, and the pods ask for that name."""
    names = set()
    for first, second in pairwise([*_KINDS, "base"]):
        for resources in (Resources(first), Resources(second)):
            name = resources["ConfigMap"]["metadata"]["name"]
            assert resources.container["envFrom"] == [{"configMapRef": {"name": name}}]
            names.add((name, tuple(sorted(resources["ConfigMap"]["data"].items()))))
    assert len({name for name, _ in names}) == len(names) == 2


def test_the_autoscaler_asks_for_a_metric_that_there_is() -> None:
    """Its metric is one of the service's, and the adapter's rule gives it that name."""
    (metric,) = Resources("base")["HorizontalPodAutoscaler"]["spec"]["metrics"]
    name = metric["pods"]["metric"]["name"]
    assert f"| `{name}` | gauge |" in (_ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    adapter = yaml.safe_load((_FOLDER / "monitoring" / "prometheus-adapter.yaml").read_text(encoding="utf-8"))
    (rule,) = adapter["rules"]["custom"]
    assert rule["name"]["as"] == name
    assert rule["seriesQuery"].startswith(name + "{")


def test_certificates_and_tokens_are_mounted_where_they_are_looked_for() -> None:
    """Each file of the settings lies in a folder that is mounted whole, and so is renewed."""
    resources = Resources("tls")
    settings = resources.settings()
    mounts = {Path(mount["mountPath"]): mount for mount in resources.container["volumeMounts"]}
    volumes = {volume["name"] for volume in resources.pod["volumes"]}
    for path in (settings.tls_cert, settings.tls_key, settings.token_file):
        assert path is not None
        mount = mounts[path.parent]
        assert mount["name"] in volumes
        assert "subPath" not in mount
