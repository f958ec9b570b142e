// Decodes Kubernetes objects as strictly as an API server does that is asked to: a field that the type does not have,
// one that is there twice and a kind that is not known are errors. Kubernetes' own types, OpenShift's, and those of the
// Prometheus operator.
//
//	validate FILE...    (- is standard input)
//
// Prints a line for each object, `KIND NAMESPACE/NAME`, and ends with 1 where one is wrong.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	securityv1 "github.com/openshift/api/security/v1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

func decoder() runtime.Decoder {
	known := scheme.Scheme
	for _, add := range []func(*runtime.Scheme) error{securityv1.Install, monitoringv1.AddToScheme} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
	options := json.SerializerOptions{Yaml: true, Strict: true}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, known, known, options)
}

func describe(object runtime.Object) (string, error) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return "", err
	}
	if accessor.GetName() == "" {
		return "", errors.New("it has no name")
	}
	kind := object.GetObjectKind().GroupVersionKind().Kind
	if namespace := accessor.GetNamespace(); namespace != "" {
		return fmt.Sprintf("%s %s/%s", kind, namespace, accessor.GetName()), nil
	}
	return fmt.Sprintf("%s %s", kind, accessor.GetName()), nil
}

// documents calls back for each YAML document that is not empty.
func documents(input io.Reader, visit func([]byte) error) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(input))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		if err := visit(document); err != nil {
			return err
		}
	}
}

func validate(name string, decode runtime.Decoder) error {
	input := os.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		input = file
	}
	return documents(input, func(document []byte) error {
		object, _, err := decode.Decode(document, nil, nil)
		if err != nil {
			return err
		}
		text, err := describe(object)
		if err != nil {
			return err
		}
		fmt.Println(text)
		return nil
	})
}

func main() {
	decode := decoder()
	failed := false
	for _, name := range os.Args[1:] {
		if err := validate(name, decode); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}
