/* SPDX-License-Identifier: Apache-2.0 */
#include "kmod_priv.h"

#include <string.h>

#include <ingot/own.h>

/*
 * Classes of modules, chosen for what appliances do on Debian's kernels. A
 * class may name what one kernel has built in and another lacks; modules that
 * these need come along by themselves.
 */
#define CLASSES(X)                                                             \
	X(virtio, "virtual devices of QEMU/KVM, Firecracker and the like")     \
	X(cloud, "devices of Amazon, Azure, Google, VMware and Xen guests")    \
	X(ethernet, "network cards of real machines, with their PHYs")         \
	X(wifi, "wireless network cards")                                      \
	X(usbnet, "network adapters at USB")                                   \
	X(storage, "SATA, SCSI and SAS controllers, disks, CD-ROMs")           \
	X(nvme, "NVMe disks, local and over TCP")                              \
	X(mmc, "SD cards and eMMC")                                            \
	X(raid, "software RAID")                                               \
	X(dm, "device mapper: crypt, verity, thin volumes, snapshots")         \
	X(usb, "USB controllers, disks and serial adapters")                   \
	X(hid, "keyboards and mice")                                           \
	X(input, "power button and input events")                              \
	X(root, "what finds and mounts a root: disks, CDs, squashfs, verity")  \
	X(filesystems, "overlay, squashfs, erofs, ext4, vfat, iso9660, loop")  \
	X(diskfs, "xfs, btrfs, f2fs, exfat, ntfs3, udf")                       \
	X(netfs, "nfs, cifs, 9p, ceph")                                        \
	X(container, "what container engines ask for: veth, bridge, NAT")      \
	X(netfilter, "all of nf_tables, iptables and ipset")                   \
	X(network, "tunnels, bonds, VLANs, WireGuard, traffic control")        \
	X(ipsec, "xfrm, esp, ah")                                              \
	X(crypto, "ciphers and hashes, with their fast versions")              \
	X(tpm, "TPM chips")                                                    \
	X(watchdog, "hardware watchdogs")                                      \
	X(vsock, "sockets between guest and host")                             \
	X(serial, "serial ports beyond the built-in ones")                     \
	X(kvm, "running virtual machines")                                     \
	X(rng, "hardware random numbers")                                      \
	X(graphics, "simple displays of virtual machines and servers")         \
	X(sound, "sound cards")

static const char *const virtio[] = {
	"virtio_pci",	"virtio_mmio",	  "virtio_net",	 "virtio_blk",
	"virtio_scsi",	"virtio_console", "virtio_rng",	 "virtio_balloon",
	"virtio_input", "virtio_iommu",	  "virtio_pmem", "virtio_mem",
	"virtio_gpio",	"sd_mod",	  "sr_mod",	 "qemu_fw_cfg",
	"pvpanic_mmio", "pvpanic_pci",	  "ptp_kvm",	 NULL,
};
static const char *const cloud[] = {
	"drivers/net/ethernet/amazon/**",
	"drivers/net/ethernet/google/**",
	"drivers/net/ethernet/microsoft/**",
	"drivers/net/ethernet/intel/*vf/**",
	"drivers/net/ethernet/mellanox/mlx5/**",
	"drivers/hv/**",
	"hv_netvsc",
	"hv_storvsc",
	"hyperv_keyboard",
	"hid_hyperv",
	"pci_hyperv",
	"vmxnet3",
	"vmw_pvscsi",
	"vmw_balloon",
	"vmw_vmci",
	"ptp_vmw",
	"xen_blkfront",
	"xen_netfront",
	"xen_pcifront",
	"xen_scsifront",
	"nvme",
	"sd_mod",
	"sr_mod",
	NULL,
};
static const char *const ethernet[] = {
	"drivers/net/ethernet/**",
	"drivers/net/phy/**",
	"drivers/net/mdio/**",
	"ptp",
	NULL,
};
static const char *const wifi[] = {
	"drivers/net/wireless/**",
	"mac80211",
	"cfg80211",
	"rfkill",
	"ccm",
	"gcm",
	"cmac",
	"ctr",
	NULL,
};
static const char *const usbnet[] = { "drivers/net/usb/**", NULL };
static const char *const storage[] = {
	"drivers/ata/**",
	"drivers/scsi/**",
	"drivers/message/fusion/**",
	"drivers/cdrom/**",
	"crc_t10dif",
	"crct10dif_pclmul",
	"t10_pi",
	NULL,
};
static const char *const nvme[] = {
	"nvme",	     "nvme_tcp",	 "nvme_fabrics",
	"nvme_core", "crct10dif_pclmul", NULL
};
static const char *const mmc[] = { "drivers/mmc/**", NULL };
static const char *const raid[] = { "raid0",  "raid1",	"raid10", "raid456",
				    "linear", "md_mod", NULL };
static const char *const dm[] = {
	"dm_mod",	"dm_crypt",	"dm_verity",	"dm_integrity",
	"dm_snapshot",	"dm_thin_pool", "dm_mirror",	"dm_zero",
	"dm_raid",	"dm_cache",	"dm_cache_smq", "dm_writecache",
	"dm_multipath", "xts",		"essiv",	"algif_skcipher",
	"algif_hash",	"sha256_ssse3", "aesni_intel",	"aes_ce_blk",
	"sha2_ce",	NULL,
};
static const char *const usb[] = {
	"xhci_pci",
	"xhci_hcd",
	"xhci_plat_hcd",
	"ehci_pci",
	"ehci_hcd",
	"ehci_platform",
	"ohci_pci",
	"ohci_hcd",
	"uhci_hcd",
	"usb_storage",
	"uas",
	"sd_mod",
	"cdc_acm",
	"drivers/usb/serial/*",
	"dwc3",
	"dwc2",
	NULL,
};
static const char *const hid[] = {
	"hid",		 "hid_generic",	 "usbhid",	    "i2c_hid",
	"i2c_hid_acpi",	 "i8042",	 "atkbd",	    "psmouse",
	"serio_raw",	 "hid_logitech", "hid_apple",	    "hid_lenovo",
	"hid_microsoft", "hid_hyperv",	 "hyperv_keyboard", "virtio_input",
	"evdev",	 NULL,
};
static const char *const input[] = { "button", "evdev", "gpio_keys", NULL };
static const char *const filesystems[] = {
	"overlay",   "squashfs",    "erofs",	     "ext4",	 "vfat",
	"isofs",     "loop",	    "fuse",	     "virtiofs", "nls_cp437",
	"nls_ascii", "nls_utf8",    "nls_iso8859_1", "configfs", "efivarfs",
	"autofs4",   "binfmt_misc", "crc32c",	     NULL,
};
/* Few enough for the memory of every boot, on all kinds of machines. */
static const char *const root[] = {
	"virtio_pci",	"virtio_mmio",	"virtio_blk",  "virtio_scsi",
	"nvme",		"ahci",		"ata_piix",    "ata_generic",
	"sd_mod",	"sr_mod",	"usb_storage", "uas",
	"xhci_pci",	"ehci_pci",	"uhci_hcd",    "ohci_pci",
	"hv_storvsc",	"vmw_pvscsi",	"mptspi",      "mptsas",
	"megaraid_sas", "mpt3sas",	"smartpqi",    "xen_blkfront",
	"mmc_block",	"sdhci_pci",	"sdhci_acpi",  "sdhci_iproc",
	"bcm2835",	"squashfs",	"erofs",       "isofs",
	"ext4",		"overlay",	"loop",	       "dm_verity",
	"sha256_ssse3", "sha256_arm64", "sha2_ce",     "crc32c",
	NULL,
};
static const char *const diskfs[] = {
	"xfs", "btrfs",	  "f2fs",   "exfat", "ntfs3",
	"udf", "hfsplus", "crc32c", NULL,
};
static const char *const netfs[] = {
	"nfs",	"nfsv3",	   "nfsv4",	  "nfs_layout_nfsv41_files",
	"nfsd", "rpcsec_gss_krb5", "auth_rpcgss", "cifs",
	"9p",	"9pnet_virtio",	   "9pnet_fd",	  "ceph",
	NULL,
};
static const char *const container[] = {
	"overlay",
	"veth",
	"bridge",
	"br_netfilter",
	"macvlan",
	"ipvlan",
	"vxlan",
	"dummy",
	"tun",
	"8021q",
	"nf_tables",
	"nf_conntrack",
	"nf_nat",
	"nft_chain_nat",
	"nft_ct",
	"nft_masq",
	"nft_nat",
	"nft_redir",
	"nft_reject",
	"nft_reject_inet",
	"nft_limit",
	"nft_log",
	"nft_compat",
	"nft_fib_inet",
	"nft_hash",
	"nft_numgen",
	"ip_tables",
	"iptable_filter",
	"iptable_nat",
	"iptable_mangle",
	"ip6_tables",
	"ip6table_filter",
	"ip6table_nat",
	"ip6table_mangle",
	"x_tables",
	"xt_conntrack",
	"xt_MASQUERADE",
	"xt_nat",
	"xt_addrtype",
	"xt_comment",
	"xt_mark",
	"xt_multiport",
	"xt_tcpudp",
	"xt_REDIRECT",
	"xt_statistic",
	"xt_limit",
	"xt_set",
	"ip_set",
	"ip_set_hash_ip",
	"ip_set_hash_net",
	"ip_set_hash_ipport",
	"ip_vs",
	"ip_vs_rr",
	"ipt_REJECT",
	"ip6t_REJECT",
	"nf_conntrack_netlink",
	"nfnetlink",
	"sch_ingress",
	"cls_bpf",
	"act_bpf",
	"sch_fq",
	"inet_diag",
	"tcp_diag",
	"unix_diag",
	NULL,
};
static const char *const netfilter[] = {
	"net/netfilter/**",	 "net/ipv4/netfilter/**",
	"net/ipv6/netfilter/**", "net/bridge/netfilter/**",
	"br_netfilter",		 NULL,
};
static const char *const network[] = {
	"bonding",	"8021q",	"bridge",
	"dummy",	"ifb",		"macvlan",
	"macvtap",	"ipvlan",	"tun",
	"tap",		"veth",		"vrf",
	"vxlan",	"geneve",	"ip_gre",
	"ip6_gre",	"ipip",		"sit",
	"ip6_tunnel",	"wireguard",	"macsec",
	"tls",		"mpls_router",	"mpls_iptunnel",
	"l2tp_*",	"nlmon",	"openvswitch",
	"psample",	"tcp_*",	"udp_diag",
	"inet_diag",	"unix_diag",	"af_packet_diag",
	"netlink_diag", "net/sched/**", "net/802/**",
	"ppp_*",	"pppoe",	"pptp",
	NULL,
};
static const char *const ipsec[] = {
	"esp4",		"esp6",		  "ah4",     "ah6",	"esp4_offload",
	"esp6_offload", "ipcomp",	  "ipcomp6", "ip_vti",	"ip6_vti",
	"xfrm_user",	"xfrm_interface", "af_key",  "gcm",	"seqiv",
	"echainiv",	"authenc",	  "cbc",     "rfc4106", "aesni_intel",
	NULL,
};
static const char *const crypto[] = {
	"crypto/**",
	"arch/*/crypto/**",
	"lib/crypto/**",
	NULL,
};
static const char *const tpm[] = { "drivers/char/tpm/**", NULL };
static const char *const watchdog[] = { "drivers/watchdog/**", NULL };
static const char *const vsock[] = {
	"vsock",
	"vmw_vsock_virtio_transport",
	"vmw_vsock_vmci_transport",
	"hv_sock",
	"vsock_loopback",
	"vsock_diag",
	NULL,
};
static const char *const serial[] = { "drivers/tty/**", NULL };
static const char *const kvm[] = {
	"kvm", "kvm_intel", "kvm_amd", "vhost_net", "vhost_vsock", "vhost_scsi",
	"tun", "tap",	    "macvtap", "vfio_pci",  "irqbypass",   NULL,
};
static const char *const rng[] = { "drivers/char/hw_random/**", NULL };
static const char *const graphics[] = {
	"virtio_gpu", "bochs",	    "cirrus", "qxl",	   "ast",   "mgag200",
	"simpledrm",  "hyperv_drm", "vmwgfx", "vboxvideo", "efifb", NULL,
};
static const char *const sound[] = { "sound/**", NULL };

static const struct {
	const char *name;
	const char *const *items;
} classes[] = {
#define ITEM(name, text) { #name, name },
	CLASSES(ITEM)
#undef ITEM
};

const char *const *kmod_class(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(classes); i++) {
		if (strcmp(classes[i].name, name) == 0)
			return classes[i].items;
	}
	return NULL;
}

const char *const *ig_module_classes(void)
{
	static const char *const pairs[] = {
#define PAIR(name, text) #name, text,
		CLASSES(PAIR)
#undef PAIR
			NULL,
	};

	return pairs;
}
