// A webhook receiver as one writes it with net/http and go-github. It listens on $PORT.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/google/go-github/v74/github"
)

// What a reconciler would be told.
type event struct {
	repository, ref, after, sender string
	installation                   int64
}

type receiver struct {
	secret []byte
	typed  bool
	queue  chan event
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := github.ValidatePayload(q, r.secret)
	if err != nil {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	if r.typed {
		read, err := github.ParseWebHook(github.WebHookType(q), body)
		if err != nil {
			http.Error(w, "not read", http.StatusBadRequest)
			return
		}
		push, ok := read.(*github.PushEvent)
		if !ok || push.GetAfter() == "" {
			http.Error(w, "not a push", http.StatusBadRequest)
			return
		}
		r.queue <- event{push.GetRepo().GetCloneURL(), push.GetRef(), push.GetAfter(), push.GetSender().GetLogin(),
			push.GetInstallation().GetID()}
	}
	w.WriteHeader(http.StatusOK)
}

func main() {
	typed := flag.Bool("typed", false, "decode the push as well, and queue what it says")
	flag.Parse()
	r := &receiver{secret: []byte(os.Getenv("WEBHOOK_SECRET")), typed: *typed, queue: make(chan event, 1024)}
	go func() {
		for range r.queue {
		}
	}()
	mux := http.NewServeMux()
	mux.Handle("POST /webhook/github", r)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}
