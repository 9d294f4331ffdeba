//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"strata/e2e/harness"
)

// pushImage pushes an image into a service's repository as whoever the clients are of, reads it
// back, and tries in vain to move its tag to another image.
func pushImage(t *testing.T, env *harness.Environment, as *harness.Clients, service, tag string) {
	t.Helper()
	ctx, name := t.Context(), env.ImageRepository(service)
	_, err := as.ECR.GetAuthorizationToken(ctx, nil)
	mustRead(t, err)
	image, other := newImage(t, "one"), newImage(t, "another")
	pushed, err := image.push(t, as, name, tag)
	if err != nil {
		t.Fatalf("push to %s: %v", name, err)
	}
	holds(t, aws.ToString(pushed.Image.ImageId.ImageDigest) == digest(image.manifest), "an image goes by the digest of its manifest, "+digest(image.manifest), pushed.Image.ImageId)

	var taken *ecrtypes.ImageTagAlreadyExistsException
	if _, err = other.push(t, as, name, tag); !errors.As(err, &taken) {
		t.Errorf("got %v for another image with the tag %s of %s, want it refused, since tags stay with their image", err, tag, name)
	}

	id := ecrtypes.ImageIdentifier{ImageTag: &tag}
	pulled, err := as.ECR.BatchGetImage(ctx, &ecr.BatchGetImageInput{RepositoryName: &name, ImageIds: []ecrtypes.ImageIdentifier{id}})
	mustRead(t, err)
	holds(t, len(pulled.Images) == 1 && aws.ToString(pulled.Images[0].ImageManifest) == string(image.manifest), "the tag "+tag+" leads to the image", pulled)
	for _, blob := range image.blobs {
		_, err := as.ECR.GetDownloadUrlForLayer(ctx, &ecr.GetDownloadUrlForLayerInput{RepositoryName: &name, LayerDigest: aws.String(digest(blob))})
		mustRead(t, err)
	}
	there, err := env.AWS.ECR.DescribeImages(ctx, &ecr.DescribeImagesInput{RepositoryName: &name, ImageIds: []ecrtypes.ImageIdentifier{id}})
	mustRead(t, err)
	holds(t, len(there.ImageDetails) == 1 && slices.Equal(there.ImageDetails[0].ImageTags, []string{tag}) && aws.ToString(there.ImageDetails[0].ImageDigest) == digest(image.manifest), "the image is there under its tag", there.ImageDetails)
}

// containerImage is an image of one layer with one small file.
type containerImage struct {
	// blobs are its configuration and its layer.
	blobs    [][]byte
	manifest []byte
}

// newImage makes an image whose file has the content:
// https://github.com/opencontainers/image-spec/blob/main/manifest.md
func newImage(t *testing.T, content string) containerImage {
	t.Helper()
	encode := func(value any) []byte {
		text, err := json.Marshal(value)
		mustMake(t, err)
		return text
	}
	var files, layer bytes.Buffer
	archive := tar.NewWriter(&files)
	mustMake(t, archive.WriteHeader(&tar.Header{Name: "content", Mode: 0o444, Size: int64(len(content))}))
	_, err := archive.Write([]byte(content))
	mustMake(t, errors.Join(err, archive.Close()))
	zipped := gzip.NewWriter(&layer)
	_, err = zipped.Write(files.Bytes())
	mustMake(t, errors.Join(err, zipped.Close()))

	config := encode(map[string]any{
		"architecture": "amd64", "os": "linux", "rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest(files.Bytes())}},
	})
	const kind = "application/vnd.oci.image."
	blob := func(mediaType string, content []byte) map[string]any {
		return map[string]any{"mediaType": kind + mediaType, "digest": digest(content), "size": len(content)}
	}
	return containerImage{[][]byte{config, layer.Bytes()}, encode(map[string]any{
		"schemaVersion": 2, "mediaType": kind + "manifest.v1+json",
		"config": blob("config.v1+json", config), "layers": []any{blob("layer.v1.tar+gzip", layer.Bytes())},
	})}
}

func mustMake(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("make an image: %v", err)
	}
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// push uploads what the repository lacks, and then the manifest, as docker push does.
func (i containerImage) push(t *testing.T, as *harness.Clients, repository, tag string) (*ecr.PutImageOutput, error) {
	t.Helper()
	ctx := t.Context()
	for _, blob := range i.blobs {
		digests := []string{digest(blob)}
		known, err := as.ECR.BatchCheckLayerAvailability(ctx, &ecr.BatchCheckLayerAvailabilityInput{RepositoryName: &repository, LayerDigests: digests})
		if err != nil {
			return nil, err
		}
		if len(known.Layers) == 1 && known.Layers[0].LayerAvailability == ecrtypes.LayerAvailabilityAvailable {
			continue
		}
		upload, err := as.ECR.InitiateLayerUpload(ctx, &ecr.InitiateLayerUploadInput{RepositoryName: &repository})
		if err != nil {
			return nil, err
		}
		_, err = as.ECR.UploadLayerPart(ctx, &ecr.UploadLayerPartInput{
			RepositoryName: &repository, UploadId: upload.UploadId, PartFirstByte: aws.Int64(0), PartLastByte: aws.Int64(int64(len(blob) - 1)), LayerPartBlob: blob,
		})
		if err != nil {
			return nil, err
		}
		if _, err = as.ECR.CompleteLayerUpload(ctx, &ecr.CompleteLayerUploadInput{RepositoryName: &repository, UploadId: upload.UploadId, LayerDigests: digests}); err != nil {
			return nil, err
		}
	}
	return as.ECR.PutImage(ctx, &ecr.PutImageInput{RepositoryName: &repository, ImageManifest: aws.String(string(i.manifest)), ImageTag: &tag})
}
