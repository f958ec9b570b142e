// `kubectl kustomize`, as kubectl has it, without the rest, which would take minutes to build. Kubectl's own module cannot be
// installed by `go install`: its go.mod replaces half of what it requires.
package main

import (
	"os"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/cmd/kustomize"
)

func main() {
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	kubectl := &cobra.Command{Use: "kubectl", SilenceUsage: true}
	kubectl.AddCommand(kustomize.NewCmdKustomize(streams))
	if kubectl.Execute() != nil {
		os.Exit(1)
	}
}
