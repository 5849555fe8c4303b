// A small WHIP publisher and WHEP player on Pion: `pion publish|play -url … -seconds …`.
// It publishes still VP8 key frames and Opus silence, or with `-layers a.h264,b.h264` these films as simulcast, plays by
// counting packets, and prints one JSON object at its end, which for films also comes when standard input closes.
package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"github.com/pion/webrtc/v4/pkg/media/h264reader"
)

//go:embed frames/*.vp8
var frames embed.FS

var opusSilence = []byte{0xf8, 0xff, 0xfe}

const (
	framePeriod = 40 * time.Millisecond
	filmPeriod  = time.Second / 30
	audioPeriod = 20 * time.Millisecond
)

type result struct {
	Connected    bool   `json:"connected"`
	VideoPackets int64  `json:"videoPackets"`
	AudioPackets int64  `json:"audioPackets"`
	VideoCodec   string `json:"videoCodec"`
	Reports      int64  `json:"reports"`
	KeyRequests  int64  `json:"keyRequests"`
	DeleteStatus int    `json:"deleteStatus"`
}

type peer struct {
	pc         *webrtc.PeerConnection
	connected  chan struct{}
	video      atomic.Int64
	audio      atomic.Int64
	reports    atomic.Int64
	keyFrames  atomic.Int64
	videoCodec atomic.Value
}

func main() {
	if len(os.Args) < 2 {
		fatal(fmt.Errorf("publish or play?"))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	endpoint := flags.String("url", "", "WHIP or WHEP address")
	token := flags.String("token", "", "Bearer token")
	layers := flags.String("layers", "", "films, H.264 in Annex B with delimiters, the largest first")
	seconds := flags.Float64("seconds", 5, "how long media runs")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fatal(err)
	}
	out, err := run(os.Args[1], *endpoint, *token, *layers, time.Duration(*seconds*float64(time.Second)))
	if err != nil {
		fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fatal(err)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(role, endpoint, token, layers string, duration time.Duration) (*result, error) {
	p, err := newPeer()
	if err != nil {
		return nil, err
	}
	defer p.pc.Close() //nolint:errcheck // the process ends
	media := p.receive
	if role == "publish" {
		media = p.send
	}
	told := make(chan struct{})
	if layers != "" {
		media = func(ctx context.Context) error { return p.sendLayers(ctx, strings.Split(layers, ",")) }
		go func() {
			io.Copy(io.Discard, os.Stdin) //nolint:errcheck // until it ends
			close(told)
		}()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := media(ctx); err != nil {
		return nil, err
	}
	location, err := p.exchange(endpoint, token)
	if err != nil {
		return nil, err
	}
	out := &result{}
	select {
	case <-p.connected:
		out.Connected = true
		select {
		case <-told:
		case <-time.After(duration):
		}
	case <-time.After(10 * time.Second):
	}
	cancel()
	out.VideoPackets, out.AudioPackets = p.video.Load(), p.audio.Load()
	out.Reports, out.KeyRequests = p.reports.Load(), p.keyFrames.Load()
	out.VideoCodec, _ = p.videoCodec.Load().(string)
	out.DeleteStatus = remove(location, token)
	return out, nil
}

func newPeer() (*peer, error) {
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(engine))
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	p := &peer{pc: pc, connected: make(chan struct{})}
	var once sync.Once
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(p.connected) })
		}
	})
	return p, nil
}

func (p *peer) send(ctx context.Context) error {
	video, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "video", "pion")
	if err != nil {
		return err
	}
	audio, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "pion")
	if err != nil {
		return err
	}
	for _, track := range []webrtc.TrackLocal{audio, video} {
		sender, err := p.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return err
		}
		go p.readReports(sender.Sender())
	}
	var pictures [][]byte
	for _, name := range []string{"red", "green", "blue"} {
		picture, err := frames.ReadFile("frames/" + name + ".vp8")
		if err != nil {
			return err
		}
		pictures = append(pictures, picture)
	}
	go pump(ctx, framePeriod, func(i int) error {
		p.video.Add(1)
		return video.WriteSample(media.Sample{Data: pictures[i/25%len(pictures)], Duration: framePeriod})
	})
	go pump(ctx, audioPeriod, func(int) error {
		p.audio.Add(1)
		return audio.WriteSample(media.Sample{Data: opusSilence, Duration: audioPeriod})
	})
	return nil
}

// sendLayers publishes each film as an encoding of one track, under the rids 0, 1, 2.
func (p *peer) sendLayers(ctx context.Context, films []string) error {
	var sender *webrtc.RTPSender
	for i, film := range films {
		pictures, err := readFilm(film)
		if err != nil {
			return err
		}
		capability := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264}
		track, err := webrtc.NewTrackLocalStaticSample(capability, "video", "pion", webrtc.WithRTPStreamID(fmt.Sprint(i)))
		if err != nil {
			return err
		}
		if sender == nil {
			init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
			transceiver, err := p.pc.AddTransceiverFromTrack(track, init)
			if err != nil {
				return err
			}
			sender = transceiver.Sender()
			go p.readReports(sender)
		} else if err := sender.AddEncoding(track); err != nil {
			return err
		}
		go pump(ctx, filmPeriod, func(i int) error {
			p.video.Add(1)
			return track.WriteSample(media.Sample{Data: pictures[i%len(pictures)], Duration: filmPeriod})
		})
	}
	audio, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "pion")
	if err != nil {
		return err
	}
	if _, err := p.pc.AddTransceiverFromTrack(audio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		return err
	}
	go pump(ctx, audioPeriod, func(int) error {
		p.audio.Add(1)
		return audio.WriteSample(media.Sample{Data: opusSilence, Duration: audioPeriod})
	})
	return nil
}

// readFilm gives access units, each with its start codes.
func readFilm(name string) ([][]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	reader, err := h264reader.NewReader(file)
	if err != nil {
		return nil, err
	}
	var pictures [][]byte
	for {
		unit, err := reader.NextNAL()
		if err == io.EOF {
			return pictures, nil
		}
		if err != nil {
			return nil, err
		}
		if unit.UnitType == h264reader.NalUnitTypeAUD {
			pictures = append(pictures, nil)
			continue
		}
		last := len(pictures) - 1
		pictures[last] = append(append(pictures[last], 0, 0, 0, 1), unit.Data...)
	}
}

func pump(ctx context.Context, period time.Duration, write func(int) error) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := write(i); err != nil {
				return
			}
		}
	}
}

func (p *peer) readReports(sender *webrtc.RTPSender) {
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			return
		}
		for _, packet := range packets {
			switch packet.(type) {
			case *rtcp.ReceiverReport:
				p.reports.Add(1)
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				p.keyFrames.Add(1)
			}
		}
	}
}

func (p *peer) receive(context.Context) error {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
		if _, err := p.pc.AddTransceiverFromKind(kind, init); err != nil {
			return err
		}
	}
	p.pc.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		go func() {
			for {
				packets, _, err := receiver.ReadRTCP()
				if err != nil {
					return
				}
				for _, packet := range packets {
					if _, ok := packet.(*rtcp.SenderReport); ok {
						p.reports.Add(1)
					}
				}
			}
		}()
		counter := &p.audio
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			counter = &p.video
			p.videoCodec.Store(track.Codec().MimeType)
		}
		for {
			if _, _, err := track.ReadRTP(); err != nil {
				return
			}
			counter.Add(1)
		}
	})
	return nil
}

// exchange does the offer and answer over HTTP and returns the session's address.
func (p *peer) exchange(endpoint, token string) (string, error) {
	offer, err := p.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(offer); err != nil {
		return "", err
	}
	<-gathered
	request, err := http.NewRequest(http.MethodPost, endpoint, bytes.NewBufferString(p.pc.LocalDescription().SDP))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/sdp")
	authorize(request, token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%s: %d %s", endpoint, response.StatusCode, body)
	}
	base, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	location, err := base.Parse(response.Header.Get("Location"))
	if err != nil {
		return "", err
	}
	answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(body)}
	return location.String(), p.pc.SetRemoteDescription(answer)
}

func remove(location, token string) int {
	request, err := http.NewRequest(http.MethodDelete, location, nil)
	if err != nil {
		return 0
	}
	authorize(request, token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	response.Body.Close() //nolint:errcheck // nothing to read
	return response.StatusCode
}

func authorize(request *http.Request, token string) {
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
}
