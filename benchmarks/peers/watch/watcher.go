// An informer of pods as one writes it with client-go: of whole pods, or of their metadata alone. It fills its
// cache and then stays. With --decode it decodes a list again and again, and says how many MB it does in a
// second of CPU time.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func cpu() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

func decode(file string, rounds int, partial bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	decoder := scheme.Codecs.UniversalDeserializer()
	start := cpu()
	for i := 0; i < rounds; i++ {
		var into runtime.Object = &corev1.PodList{}
		if partial {
			into = &metav1.PartialObjectMetadataList{}
		}
		if _, _, err := decoder.Decode(text, nil, into); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%.1f\n", float64(len(text))*float64(rounds)/1e6/(cpu()-start))
}

func main() {
	partial := flag.Bool("metadata", false, "only metadata")
	file := flag.String("decode", "", "a list of pods")
	rounds := flag.Int("rounds", 1, "how often")
	flag.Parse()
	if *file != "" {
		decode(*file, *rounds, *partial)
		return
	}
	config := &rest.Config{Host: "http://127.0.0.1:" + os.Getenv("PORT")}
	stop := make(chan struct{})
	var informer cache.SharedIndexInformer
	if *partial {
		client, err := metadata.NewForConfig(config)
		if err != nil {
			log.Fatal(err)
		}
		factory := metadatainformer.NewSharedInformerFactory(client, 0)
		informer = factory.ForResource(corev1.SchemeGroupVersion.WithResource("pods")).Informer()
		factory.Start(stop)
	} else {
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			log.Fatal(err)
		}
		factory := informers.NewSharedInformerFactory(client, 0)
		informer = factory.Core().V1().Pods().Informer()
		factory.Start(stop)
	}
	if !cache.WaitForCacheSync(stop, informer.HasSynced) {
		log.Fatal("not synced")
	}
	select {}
}
