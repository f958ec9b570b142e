// A minimal exporter of the EBS statistics page with client_golang: what the collector is measured against.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "address to serve /metrics on")
	devPath := flag.String("dev", "/dev", "where device nodes are")
	sysPath := flag.String("sys", "/sys", "where sysfs is")
	flag.Parse()

	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(source{devPath: *devPath, sysPath: *sysPath}, labels{
		clusterID: os.Getenv("CLUSTER_ID"),
		node:      os.Getenv("NODE_NAME"),
	}))
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	log.Fatal(http.ListenAndServe(*listen, nil))
}
