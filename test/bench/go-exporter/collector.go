package main

import (
	"log"

	"github.com/prometheus/client_golang/prometheus"
)

// labels are the same on every series.
type labels struct {
	clusterID string
	node      string
}

type scalar struct {
	desc      *prometheus.Desc
	valueType prometheus.ValueType
	value     func(statistics) uint64
}

type distribution struct {
	desc  *prometheus.Desc
	value func(statistics) (histogram, uint64)
}

type collector struct {
	source        source
	labels        labels
	scalars       []scalar
	distributions []distribution
}

func newCollector(source source, labels labels) *collector {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("ebs_"+name, help, []string{"cluster_id", "node", "device", "volume_id"}, nil)
	}
	counter := func(name, help string, value func(statistics) uint64) scalar {
		return scalar{desc(name, help), prometheus.CounterValue, value}
	}
	return &collector{
		source: source,
		labels: labels,
		scalars: []scalar{
			counter("volume_performance_exceeded_iops_total", "Time that demand exceeded the volume's IOPS, in microseconds.",
				func(s statistics) uint64 { return s.volumeIopsMicros }),
			counter("volume_performance_exceeded_throughput_total", "Time that demand exceeded the volume's throughput, in microseconds.",
				func(s statistics) uint64 { return s.volumeTpMicros }),
			counter("instance_performance_exceeded_iops_total", "Time that demand exceeded the instance's IOPS, in microseconds.",
				func(s statistics) uint64 { return s.instanceIopsMicros }),
			counter("instance_performance_exceeded_throughput_total", "Time that demand exceeded the instance's throughput, in microseconds.",
				func(s statistics) uint64 { return s.instanceTpMicros }),
			{desc("volume_queue_length", "Operations submitted and not completed."), prometheus.GaugeValue,
				func(s statistics) uint64 { return s.queueLength }},
			counter("total_read_ops_total", "Reads completed.", func(s statistics) uint64 { return s.readOps }),
			counter("total_write_ops_total", "Writes completed.", func(s statistics) uint64 { return s.writeOps }),
			counter("total_read_bytes_total", "Bytes read.", func(s statistics) uint64 { return s.readBytes }),
			counter("total_write_bytes_total", "Bytes written.", func(s statistics) uint64 { return s.writeBytes }),
			counter("total_read_time_total", "Time spent on reads, in microseconds.", func(s statistics) uint64 { return s.readMicros }),
			counter("total_write_time_total", "Time spent on writes, in microseconds.", func(s statistics) uint64 { return s.writeMicros }),
		},
		distributions: []distribution{
			{desc("read_io_latency_seconds", "Latency of reads."),
				func(s statistics) (histogram, uint64) { return s.readLatency, s.readMicros }},
			{desc("write_io_latency_seconds", "Latency of writes."),
				func(s statistics) (histogram, uint64) { return s.writeLatency, s.writeMicros }},
		},
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(descs chan<- *prometheus.Desc) {
	for _, s := range c.scalars {
		descs <- s.desc
	}
	for _, d := range c.distributions {
		descs <- d.desc
	}
}

// Collect implements prometheus.Collector: every scrape reads every volume.
func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	volumes, err := c.source.volumes()
	if err != nil {
		log.Printf("cannot list volumes: %v", err)
		return
	}
	for _, v := range volumes {
		statistics, err := c.source.read(v)
		if err != nil {
			log.Printf("cannot read %s: %v", v.device, err)
			continue
		}
		values := []string{c.labels.clusterID, c.labels.node, v.device, v.id}
		for _, s := range c.scalars {
			metrics <- prometheus.MustNewConstMetric(s.desc, s.valueType, float64(s.value(statistics)), values...)
		}
		for _, d := range c.distributions {
			h, micros := d.value(statistics)
			metrics <- prometheus.MustNewConstHistogram(d.desc, h.count, float64(micros)/1e6, h.buckets, values...)
		}
	}
}
