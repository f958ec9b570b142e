// The kubectl of Kubernetes, whose own module cannot be installed by `go install`: its go.mod replaces half of what it
// requires.
package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand())
}
