module kubeadm/programs/pause

go 1.22
